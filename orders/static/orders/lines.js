"use strict";
// When something is chosen in a line of an order, its catalogue price and what is free of it stand
// in the price field as a hint; an empty field takes that price when the order is saved.
window.addEventListener("load", function () {
    if (!window.django || !window.django.jQuery) {
        return;
    }
    window.django.jQuery(document).on("select2:select", "select.admin-autocomplete", function (event) {
        const data = event.params && event.params.data;
        const row = event.target.closest("tr");
        const price = row && row.querySelector("input[name$='-unit_price']");
        const quantity = row && row.querySelector("input[name$='-quantity']");
        if (!price || !data || data.price === undefined) {
            return;
        }
        price.placeholder = data.price;
        price.title = data.price;
        if (quantity) {
            quantity.title = data.available;
            if (!quantity.value) {
                quantity.value = "1";
            }
            quantity.focus();
            quantity.select();
        }
    });
});

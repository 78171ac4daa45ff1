"""Which address of each customer becomes the default for invoices and for deliveries.

What a file says wins: yes takes the default from the address that had it, no leaves none. Where it
says nothing the defaults stay; a customer who has none gets the first new address of the file.
"""

from __future__ import annotations

from accounts.transfers.columns import FLAGS, MAIN, PURPOSE
from accounts.transfers.planning.work import Customer, FileAddress, Move, Work


def settle_defaults(work: Work) -> None:
    """Decide about the defaults of every customer that a row gives an address of."""
    for customer in work.customers:
        _leave_out(work, customer)
        for flag in FLAGS if customer.addresses else ():
            move = _move(work, customer, flag)
            if move is not None:
                customer.moves[flag] = move
    work.keep_sound()
    for customer in work.customers:
        sound = set(customer.places)
        customer.moves = {flag: move for flag, move in customer.moves.items() if _carrying(move).place in sound}


def _carrying(move: Move) -> FileAddress:
    """Return the address of the file that a change is about."""
    address = move.after or move.losing
    if address is None:
        raise ValueError("A change of a default names an address of the file.")
    return address


def _leave_out(work: Work, customer: Customer) -> None:
    """Drop what the upload's mode does not want: changes of what is there, or what is new."""
    if customer.existing is None or work.run.mode == "upsert":
        return
    if work.run.mode == "create":
        customer.addresses = [address for address in customer.addresses if address.known is None]
        return
    customer.left_out = {address.place for address in customer.addresses if address.known is None}
    customer.addresses = [address for address in customer.addresses if address.known is not None]


def _move(work: Work, customer: Customer, flag: str) -> Move | None:
    """Return the change of a default, or None."""
    before = customer.existing.default(flag) if customer.existing else None
    wanted = _wanted(work, customer, flag)
    losing = next((one for one in customer.addresses if before is not None and one.known is before), None)
    if work.run.mode == "create" and before is not None:
        # Taking the default from an address that is there would change it.
        return None
    if wanted is None and before is None:
        silent = (one for one in customer.addresses if one.known is None and flag not in one.flags)
        wanted = next(silent, None)
    if wanted is not None:
        return None if before is not None and wanted.known is before else Move(before, wanted, losing)
    if losing is not None and losing.flags.get(flag) is False:
        return Move(before, None, losing)
    return None


def _wanted(work: Work, customer: Customer, flag: str) -> FileAddress | None:
    """Return the address that the file makes the default; two cannot be."""
    found: FileAddress | None = None
    for address in customer.addresses:
        if not address.flags.get(flag):
            continue
        if found is None or (flag in found.implied and flag not in address.implied):
            found = address
        elif flag not in address.implied:
            message = f"Row {work.batch.numbers[found.place]} is the default for {PURPOSE[flag]} already."
            work.batch.refuse(address.place, flag if address.slot == MAIN else "", "yes", message)
    return found


def watch(work: Work) -> None:
    """Warn of what people should look at before they apply."""
    taken, signed_up = [], []
    for customer in work.customers:
        if not customer.places or customer.existing is None:
            continue
        if any(move.before is not None and move.after is not None for move in customer.moves.values()):
            taken.append(customer.email)
        if customer.diff.get("accepts_marketing") == [False, True]:
            signed_up.append(customer.email)
    work.run.warn(
        "customer gets another default address.",
        "customers get another default address.",
        len(taken),
        examples=taken,
    )
    work.run.warn(
        "customer who did not want news and offers is signed up for them.",
        "customers who did not want news and offers are signed up for them.",
        len(signed_up),
        examples=signed_up,
    )

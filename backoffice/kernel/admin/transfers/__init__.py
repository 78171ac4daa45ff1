"""The pages of uploads and exports."""

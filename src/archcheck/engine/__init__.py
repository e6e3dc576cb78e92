"""The run: discover -> analyse -> resolve -> judge -> score -> gate."""

"""Opening hours, holidays and make-up working days. Pure: the moment is always an argument."""

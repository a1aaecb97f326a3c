"""What comes of the ledgers: the workbook that goes up, the clerk's review, what goes back to units."""

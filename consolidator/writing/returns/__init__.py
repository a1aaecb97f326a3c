"""What a unit gets back: a note, and its own workbook with the problems marked."""

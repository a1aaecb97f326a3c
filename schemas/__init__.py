"""What a right submission is: forms, rosters, settings, problems. The bottom of the house."""

"""The values that pass between rooms, and the small vocabulary they share: submissions, results, weeks, cells, file names."""

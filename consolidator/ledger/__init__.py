"""Ledgers (台账) that units keep beside the weekly form: rows read, checked, and each hazard followed over the weeks."""

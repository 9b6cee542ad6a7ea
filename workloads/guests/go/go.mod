module wasmark/guests

go 1.27

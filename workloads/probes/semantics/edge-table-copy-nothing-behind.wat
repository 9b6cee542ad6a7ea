;; Copying no elements to behind a table's end traps.
;; argument: 11
;; expect: trap table_out_of_bounds
(module
  (table 10 funcref)
  (func (export "run") (param i32) (result i64)
    (table.copy (local.get 0) (i32.const 0) (i32.const 0))
    (i64.const 7)))

;; Filling no elements behind a table's end traps.
;; argument: 11
;; expect: trap table_out_of_bounds
(module
  (table $t 10 funcref)
  (func (export "run") (param i32) (result i64)
    (table.fill $t (local.get 0) (ref.null func) (i32.const 0))
    (i64.const 7)))

;; A read outside of a table traps although nothing uses its result.
;; argument: 10
;; expect: trap table_out_of_bounds
(module
  (table $t 10 funcref)
  (func (export "run") (param i32) (result i64)
    (drop (table.get $t (local.get 0)))
    (i64.const 7)))

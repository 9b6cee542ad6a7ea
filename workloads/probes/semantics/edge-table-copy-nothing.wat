;; Copying no elements at a table's end is right.
;; argument: 10
;; expect: 7
(module
  (table 10 funcref)
  (func (export "run") (param i32) (result i64)
    (table.copy (local.get 0) (local.get 0) (i32.const 0))
    (i64.const 7)))

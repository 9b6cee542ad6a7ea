;; A fill of a table of which a part is outside writes nothing before it traps: the second call would return 8.
;; expect: trap table_out_of_bounds
(module
  (table $t 4 funcref)
  (elem declare func $run)
  (func $run (export "run") (param i32) (result i64)
    (if (i32.eqz (ref.is_null (table.get $t (i32.const 3)))) (then (return (i64.const 8))))
    (table.fill $t (i32.const 2) (ref.func $run) (i32.const 3))
    (i64.const 7)))

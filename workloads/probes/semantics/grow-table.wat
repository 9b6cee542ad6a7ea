;; A table grows to its maximum and no further, and its new elements are null.
;; expect: 131076
(module
  (table $t 1 4 funcref)
  (func (export "run") (param i32) (result i64)
    (if (i32.lt_u (table.size $t) (i32.const 4))
      (then (drop (table.grow $t (ref.null func) (i32.sub (i32.const 4) (table.size $t))))))
    (i64.extend_i32_u (i32.add (table.size $t) (i32.shl (i32.add
      (i32.eq (table.grow $t (ref.null func) (i32.const 1)) (i32.const -1))
      (ref.is_null (table.get $t (i32.const 3)))) (i32.const 16))))))

;; A table of references that is grown and asked for null.
(module (table $t 1 externref)
  (func (export "run") (param i32) (result i64)
    (drop (table.grow $t (ref.null extern) (i32.const 40)))
    (i64.extend_i32_u (i32.add (table.size $t) (ref.is_null (table.get $t (i32.const 1)))))))

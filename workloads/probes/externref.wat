;; The part of reference types that is about the host's objects.
(module (table $t 41 externref)
  (func (export "run") (param i32) (result i64)
    (table.set $t (i32.const 1) (ref.null extern))
    (i64.extend_i32_u (i32.add (table.size $t) (ref.is_null (table.get $t (i32.const 1)))))))

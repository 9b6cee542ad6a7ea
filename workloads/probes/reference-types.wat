;; Two tables of function references, written, read and measured.
(module (table $a 40 funcref) (table $b 1 funcref) (elem declare func $f)
  (func $f)
  (func (export "run") (param i32) (result i64)
    (table.set $a (i32.const 1) (ref.func $f))
    (table.copy $b $a (i32.const 0) (i32.const 1) (i32.const 1))
    (i64.extend_i32_u (i32.add (table.size $a)
      (i32.add (ref.is_null (table.get $a (i32.const 0)))
               (i32.eqz (ref.is_null (table.get $b (i32.const 0)))))))))

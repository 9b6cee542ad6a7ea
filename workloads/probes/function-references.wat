(module (type $f (func (result i64))) (elem declare func $g)
  (func $g (type $f) (i64.const 42))
  (func (export "run") (param i32) (result i64) (call_ref $f (ref.func $g))))

;; A continuation that suspends once with a value.
(module (type $f (func)) (type $k (cont $f)) (tag $yield (param i64)) (elem declare func $g)
  (func $g (suspend $yield (i64.const 42)))
  (func (export "run") (param i32) (result i64)
    (block $suspended (result i64 (ref $k))
      (resume $k (on $yield $suspended) (cont.new $k (ref.func $g)))
      (return (i64.const 0)))
    (drop)))

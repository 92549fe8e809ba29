module completions {

  def "nu-complete meetmint roles" [context: string] {
    let words = ($context | split row --regex '\s+' | skip 1)
    try { ^meetmint complete-roles -- ...$words | lines } catch { [] }
  }

module completions {

  def "nu-complete meetmint roles" [context: string] {
    let words = ($context | split row --regex '\s+' | skip 1)
    # Nushell puts what is offered into the line as it is, and would run what is in parentheses.
    try {
      ^meetmint complete-roles -- ...$words | lines | each {|role|
        if $role =~ '^[\p{L}\p{N}_-]+$' { $role } else { $role | to nuon }
      }
    } catch { [] }
  }

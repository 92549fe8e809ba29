    $commandElements = $commandAst.CommandElements
    $before = @($commandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text.Trim("'", '"') })
    if ($before.Count -gt 1 -and $before[-1] -eq '--role') {
        $roles = @(& (Get-Command meetmint -CommandType Application)[0] complete-roles '--' $before[1..($before.Count - 1)] 2>$null)
        $roles.Where{ $_.StartsWith($wordToComplete) } | ForEach-Object {
            $text = if ($_ -match '^[\w.-]+$') { $_ } else { "'" + $_.Replace("'", "''") + "'" }
            [CompletionResult]::new($text, $_, [CompletionResultType]::ParameterValue, $_)
        }
        return
    }

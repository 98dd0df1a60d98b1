namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>How a file parts its cells and quotes them.</summary>
/// <param name="Separator">The byte between cells.</param>
/// <param name="EscapesByBackslash">Whether a quote inside quotes may be written <c>\"</c>, and a backslash there <c>\\</c>, beside
/// the doubled quote of RFC 4180.</param>
internal readonly record struct CsvSyntax(byte Separator, bool EscapesByBackslash)
{
    /// <summary>The separator as messages name it.</summary>
    public string SeparatorName => (char)Separator switch
    {
        '\t' => "tabs",
        ' ' => "blanks",
        < ' ' or '\u007F' => $"bytes 0x{Separator:X2}",
        char mark => $"'{mark}'",
    };
}

using System.Text;

namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>What the user says about how a file is written; what is not said is found out.</summary>
/// <param name="Separator">What parts the cells, an ASCII character; null to find out.</param>
/// <param name="Encoding">How characters are bytes; null to find out.</param>
/// <param name="HasHeader">Whether the first line names the columns; null for yes, unless it clearly is data.</param>
/// <param name="SkippedLines">Lines before the header, such as a title, that are no part of the table. They stay in what
/// is written.</param>
/// <param name="Names">Names of the columns of a file without header; null to count them.</param>
internal sealed record CsvOptions(
    char? Separator = null, Encoding? Encoding = null, bool? HasHeader = null, int SkippedLines = 0, IReadOnlyList<string>? Names = null)
{
    /// <summary>Everything is found out.</summary>
    public static CsvOptions Default { get; } = new();
}

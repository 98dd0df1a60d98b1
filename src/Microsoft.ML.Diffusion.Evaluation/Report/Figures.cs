using System.Globalization;
using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>How figures are shown.</summary>
internal static class Figures
{
    /// <summary>A score between 0 and 1, or a correlation.</summary>
    public static string Score(double value) => Text(value, "0.000");

    /// <summary>A share in percent.</summary>
    public static string Share(double value) => value is > 0 and < .0005 ? "< 0.1 %" : Text(100 * value, "0.0") + " %";

    /// <summary>How many.</summary>
    public static string Count(double value) => Text(value, "#,0");

    /// <summary>A number in a column's own unit: four digits or so.</summary>
    public static string Value(double value) => Math.Abs(value) switch
    {
        >= 1e9 or (> 0 and < 1e-3) => Text(value, "0.##e0"),
        >= 1000 => Text(value, "#,0"),
        >= 100 => Text(value, "0.0"),
        >= 1 => Text(value, "0.00"),
        0 => "0",
        _ => Text(value, "0.0000"),
    };

    /// <summary>A number in running text, without closing zeros.</summary>
    public static string Plain(double value) => Text(value, "0.####");

    /// <summary>The name of rows that are compared, in a table or a sentence.</summary>
    public static string NameOf(string rows) => rows switch
    {
        UtilityScore.Smote => "SMOTE",
        UtilityScore.Cart => "sequential CART",
        _ => rows,
    };

    /// <summary>Text that fits into a drawing.</summary>
    public static string Shorten(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";

    private static string Text(double value, string format)
    {
        string text = value.ToString(format, CultureInfo.InvariantCulture);
        return text.StartsWith('-') ? "−" + text[1..] : text;
    }
}

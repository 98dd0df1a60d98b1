using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>How a column writes its numbers, learnt from the cells it has, so that a number filled in looks like one
/// of them: whole where all are whole, with as many decimals as they have, within their range.</summary>
/// <param name="MinDecimals">Fewest decimals of an observed cell.</param>
/// <param name="MaxDecimals">Most decimals of an observed cell.</param>
/// <param name="Minimum">Lowest observed value.</param>
/// <param name="Maximum">Highest observed value.</param>
/// <param name="DecimalComma">Whether the decimal mark is a comma.</param>
/// <param name="Quoted">Whether numbers stand in quotes.</param>
public sealed record NumberFormat(int MinDecimals, int MaxDecimals, double Minimum, double Maximum, bool DecimalComma = false, bool Quoted = false)
{
    // Beyond this a fixed number of decimals says no more than the shortest text that reads back as the same number.
    private const int LongestFixed = 17;

    /// <summary>Of a column without any number: as many digits as tell a number from all others.</summary>
    public static NumberFormat Any { get; } = new(0, LongestFixed + 1, double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>Writes a number the way the column does.</summary>
    public string Format(double value)
    {
        value = Math.Clamp(value, Minimum, Maximum);
        string text;
        if (MaxDecimals > LongestFixed)
        {
            text = value.ToString("R", CultureInfo.InvariantCulture);
        }
        else
        {
            text = value.ToString(string.Create(CultureInfo.InvariantCulture, $"F{MaxDecimals}"), CultureInfo.InvariantCulture);
            int drop = 0;
            while (drop < MaxDecimals - MinDecimals && text[^(drop + 1)] == '0')
                drop++;
            text = text[..^drop].TrimEnd('.');
            if (text[0] == '-' && text.AsSpan().IndexOfAnyInRange('1', '9') < 0)
                text = text[1..];
        }

        if (DecimalComma)
            text = text.Replace('.', ',');
        return Quoted ? $"\"{text}\"" : text;
    }
}

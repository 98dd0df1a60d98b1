using System.Globalization;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>Moments in the international spelling (ISO 8601, RFC 3339), whatever the culture: a day, or a day and a time down to 100
/// nanoseconds, with an offset from universal time or without.</summary>
/// <param name="Clock">What the clock shows.</param>
/// <param name="Offset">The offset; null where the text has none.</param>
internal readonly record struct IsoMoment(DateTime Clock, TimeSpan? Offset)
{
    private static readonly string[] s_plain =
    [
        "yyyy-MM-dd", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm",
        "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF",
    ];

    private static readonly string[] s_withOffset = [.. s_plain.Skip(1).SelectMany(form => new[] { form + "zzz", form + " zzz" })];

    /// <summary>Reads a text; null where it is no moment.</summary>
    public static IsoMoment? Read(string text)
    {
        text = text.Trim();
        // Universal time, as .NET writes a DateTime of it.
        if (text.EndsWith('Z'))
            text = text[..^1] + "+00:00";
        if (DateTime.TryParseExact(text, s_plain, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime clock))
            return new IsoMoment(clock, null);
        bool isMoment = DateTimeOffset.TryParseExact(
            text, s_withOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset moment);
        return isMoment ? new IsoMoment(moment.DateTime, moment.Offset) : null;
    }
}

using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Description;

/// <summary>Marks of an axis of dates: the beginnings of years, months, days, hours or minutes.</summary>
internal static class TimeAxis
{
    private const int MostMarks = 5;

    private static readonly (int Months, TimeSpan Time, string Format)[] s_steps =
    [
        (0, TimeSpan.FromMinutes(1), "HH:mm"), (0, TimeSpan.FromMinutes(5), "HH:mm"), (0, TimeSpan.FromMinutes(15), "HH:mm"),
        (0, TimeSpan.FromHours(1), "HH:mm"), (0, TimeSpan.FromHours(3), "HH:mm"), (0, TimeSpan.FromHours(6), "HH:mm"),
        (0, TimeSpan.FromHours(12), "d. HH:mm"), (0, TimeSpan.FromDays(1), "MM-dd"), (0, TimeSpan.FromDays(2), "MM-dd"),
        (0, TimeSpan.FromDays(7), "MM-dd"), (1, default, "yyyy-MM"), (3, default, "yyyy-MM"), (6, default, "yyyy-MM"),
        (12, default, "yyyy"), (24, default, "yyyy"), (60, default, "yyyy"), (120, default, "yyyy"), (240, default, "yyyy"),
        (600, default, "yyyy"), (1200, default, "yyyy"), (6000, default, "yyyy"),
    ];

    /// <summary>The marks between two moments and what they say; none where the moments are no dates.</summary>
    /// <param name="minimum">The first moment, in seconds since 1970.</param>
    /// <param name="maximum">The last moment.</param>
    public static (double[] Marks, string[] Texts) Between(double minimum, double maximum)
    {
        if (!(TryMoment(minimum, out DateTime from) && TryMoment(maximum, out DateTime to) && from < to))
            return ([], []);
        foreach ((int months, TimeSpan time, string format) in s_steps)
        {
            if ((to - from).TotalDays / (months > 0 ? months * 30.5 : time.TotalDays) > MostMarks + 1)
                continue;
            DateTime[] marks = [.. Marks(from, to, months, time).Take(MostMarks + 1)];
            if (marks.Length is > 1 and <= MostMarks)
            {
                return (
                    [.. marks.Select(mark => (mark - DateTime.UnixEpoch).TotalSeconds)],
                    [.. marks.Select(mark => mark.ToString(format, CultureInfo.InvariantCulture))]);
            }
        }

        return ([(from - DateTime.UnixEpoch).TotalSeconds], [from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)]);
    }

    private static IEnumerable<DateTime> Marks(DateTime from, DateTime to, int months, TimeSpan time)
    {
        DateTime at = months > 0
            ? new DateTime(1, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths((((from.Year - 1) * 12) + from.Month - 1) / months * months)
            : new DateTime(from.Ticks / time.Ticks * time.Ticks, DateTimeKind.Utc);
        while (at <= to)
        {
            if (at >= from)
                yield return at;
            if (at.Year >= 9400)
                yield break;
            at = months > 0 ? at.AddMonths(months) : at + time;
        }
    }

    private static bool TryMoment(double seconds, out DateTime moment)
    {
        bool isMoment = Math.Abs(seconds) < 2e11 && seconds > -6.2e10;
        moment = isMoment ? DateTime.UnixEpoch.AddSeconds(seconds) : default;
        return isMoment;
    }
}

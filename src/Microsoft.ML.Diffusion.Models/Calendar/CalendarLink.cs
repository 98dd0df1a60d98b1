using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Calendar;

/// <summary>Two columns of moments that lie near each other, so that their difference is learnt beside them.</summary>
/// <param name="First">The place of the earlier column among the dates of the table.</param>
/// <param name="Second">The place of the later column; the difference is its moment less the other's.</param>
/// <param name="IsInSeconds">Whether the difference counts seconds rather than days.</param>
/// <param name="Deviation">The standard deviation of the difference, in days.</param>
/// <param name="Minimum">The smallest difference observed, in days.</param>
/// <param name="Maximum">The largest difference observed, in days.</param>
internal sealed record CalendarLink(int First, int Second, bool IsInSeconds, double Deviation, double Minimum, double Maximum)
{
    private const double SecondsOfDay = 86400;

    // A difference that spreads more than this share of the moments themselves says little more than they do.
    private const double LargestShare = 0.5;
    private const int FewestRows = 30;

    /// <summary>Looks at two columns of moments; null where they are not near each other.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="dates">The columns of moments.</param>
    /// <param name="first">The place of one among them.</param>
    /// <param name="second">The place of the other.</param>
    public static CalendarLink? Of(ITableRows rows, IReadOnlyList<CalendarDate> dates, int first, int second)
    {
        CalendarDate one = dates[first], other = dates[second];
        // A difference of times of day may cross midnight.
        if (one.IsTimeOfDay || other.IsTimeOfDay)
            return null;
        var differences = new Spread();
        Spread ones = new(), others = new();
        for (int row = 0; row < rows.RowCount; row++)
        {
            double from = one.ToDays(rows[row, one.Source]), to = other.ToDays(rows[row, other.Source]);
            if (!double.IsFinite(to - from))
                continue;
            ones.Add(from);
            others.Add(to);
            differences.Add(to - from);
        }
        bool isNear = differences.Count >= FewestRows
            && differences.Deviation <= LargestShare * Math.Min(ones.Deviation, others.Deviation) && ones.Deviation > 0;
        return isNear
            ? new CalendarLink(
                first, second, one.IsInSeconds || other.IsInSeconds, differences.Deviation, differences.Minimum, differences.Maximum)
            : null;
    }

    /// <summary>The column of the difference.</summary>
    public static TableColumn Column(string first, string second) => TableColumn.Numeric($"{second} - {first}");

    /// <summary>The difference of two moments in days as a value of its column.</summary>
    public double FromDays(double days) => IsInSeconds ? Math.Round(days * SecondsOfDay, 3) : days;

    /// <summary>A value of the column of the difference in days.</summary>
    public double ToDays(double value) => IsInSeconds ? value / SecondsOfDay : value;

    public void Save(BinaryWriter writer)
    {
        writer.Write(First);
        writer.Write(Second);
        writer.Write(Deviation);
        writer.Write(Minimum);
        writer.Write(Maximum);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="dates">The columns of moments.</param>
    public static CalendarLink Load(BinaryReader reader, IReadOnlyList<CalendarDate> dates)
    {
        int first = reader.ReadPlace(dates.Count, "the date of a difference");
        int second = reader.ReadPlace(dates.Count, "the date of a difference");
        double deviation = reader.ReadFinite("the spread of a difference");
        double minimum = reader.ReadFinite("the smallest difference"), maximum = reader.ReadFinite("the largest difference");
        CheckedReading.Require(
            first < second && deviation >= 0 && minimum <= maximum, "the difference of two dates makes no sense");
        return new CalendarLink(first, second, dates[first].IsInSeconds || dates[second].IsInSeconds, deviation, minimum, maximum);
    }

    /// <summary>Welford's running mean and deviation.</summary>
    private sealed class Spread
    {
        private double _mean;
        private double _squares;

        public int Count { get; private set; }

        public double Minimum { get; private set; } = double.PositiveInfinity;

        public double Maximum { get; private set; } = double.NegativeInfinity;

        public double Deviation => Count == 0 ? 0 : Math.Sqrt(_squares / Count);

        public void Add(double value)
        {
            Count++;
            double difference = value - _mean;
            _mean += difference / Count;
            _squares += difference * (value - _mean);
            (Minimum, Maximum) = (Math.Min(Minimum, value), Math.Max(Maximum, value));
        }
    }
}

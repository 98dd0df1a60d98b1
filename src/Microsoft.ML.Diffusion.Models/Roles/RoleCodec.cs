using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>
/// Reads the cells of a column as numbers on a natural scale, and writes numbers as the column writes its cells.
/// Scales: dates in days since 1970-01-01; timestamps in seconds since 1970-01-01T00:00 (universal time where cells have an offset);
/// times in seconds since midnight; durations in seconds; numbers and amounts as they are (51.3% is 51.3); categories in their index.
/// </summary>
/// <remarks>What <see cref="Format"/> writes, <see cref="TryParse"/> reads back; what <see cref="TryParse"/> reads, <see cref="Format"/>
/// writes back, character by character where all cells of the column have one spelling.</remarks>
public abstract class RoleCodec
{
    // In halves of the spacing: cells that are years have 366 days between them.
    private const int FarthestNeighbor = 2 * 366;

    /// <summary>Role of the column.</summary>
    public abstract ColumnRole Role { get; }

    /// <summary>Number of categories; 0 for columns of numbers.</summary>
    public virtual int Categories => 0;

    /// <summary>Distance between neighbouring values that the column can hold; 0 where there is none.</summary>
    public virtual double Step => 0;

    /// <summary>How many seconds the clock that the cells show is ahead of the numbers, in most of the column's time.</summary>
    internal virtual double ClockOffset => 0;

    /// <summary>Whether there is a codec for a role: numbers, amounts, dates, times, timestamps, durations, and categories with their
    /// values.</summary>
    public static bool Exists(ColumnRole role) => role.IsNumeric() || role.IsCategorical();

    /// <summary>The codec of a column.</summary>
    /// <exception cref="FormatException">The format of the entry is wrong; the message names the column.</exception>
    /// <exception cref="NotSupportedException">Columns of this role hold no numbers and no categories.</exception>
    public static RoleCodec Create(ColumnEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        try
        {
            return entry.Role switch
            {
                ColumnRole.Number or ColumnRole.Amount => new NumberCodec(entry),
                ColumnRole.Date => new DateCodec(entry),
                ColumnRole.Time => new TimeCodec(entry),
                ColumnRole.Timestamp when entry.Format is "epoch s" or "epoch ms" => new EpochCodec(entry),
                ColumnRole.Timestamp => new TimestampCodec(entry),
                ColumnRole.Duration => new DurationCodec(entry),
                _ when entry.Role.IsCategorical() => new CategoryCodec(entry),
                _ => throw new NotSupportedException(
                    $"The column '{entry.Name}' is of the role {entry.Role.ToName()}, which has no numbers."),
            };
        }
        catch (FormatException e)
        {
            throw new FormatException($"Column '{entry.Name}': {e.Message}", e);
        }
    }

    /// <summary>Reads a cell.</summary>
    /// <param name="text">The cell; blanks around it do not matter.</param>
    /// <param name="value">The number on the natural scale; NaN where the cell is none.</param>
    /// <returns>False where the cell is no value of this column.</returns>
    public abstract bool TryParse(ReadOnlySpan<char> text, out double value);

    /// <summary>The value nearest to a number that the column can hold: on the lattice, in the range of dates, on a weekday.</summary>
    public abstract double Nearest(double value);

    /// <summary>Writes the value nearest to a number as the column writes it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not finite.</exception>
    public abstract string Format(double value);

    /// <summary>A moment on the natural scale.</summary>
    internal virtual double ValueOf(DateTime moment) => throw new NotSupportedException();

    /// <summary>How far apart neighbouring values are near one, at least; 0 where any number can be written.</summary>
    internal virtual double SpacingAt(double value) => Step;

    /// <summary>The value within a range that is nearest to a number, as cells of the column are written; NaN where there is
    /// none.</summary>
    /// <param name="value">A number in the range.</param>
    /// <param name="range">The range.</param>
    /// <param name="written">What a number becomes when it is written to a cell and read again.</param>
    internal double NearestWithin(double value, ValueRange range, Func<double, double> written)
    {
        // Of neighbours in the middle of which a number lies, the even one would be taken: half steps meet both.
        double half = SpacingAt(value) / 2;
        for (int far = 0; far <= FarthestNeighbor; far++)
        {
            double below = written(value - (far * half));
            if (range.Contains(below))
                return below;
            double above = written(value + (far * half));
            if (range.Contains(above))
                return above;
            if (half == 0)
                break;
        }

        return double.NaN;
    }

    private protected static double Bound(string? text, RoleCodec codec, string name, string which, double otherwise)
    {
        if (text == null)
            return otherwise;
        return codec.TryParse(text, out double value) ? value
            : throw new FormatException($"the {which} '{text}' is not written as the format of '{name}' says.");
    }

    private protected static double OnLattice(double value, double step, double offset) =>
        step > 0 ? (Math.Round((value - offset) / step) * step) + offset : value;
}

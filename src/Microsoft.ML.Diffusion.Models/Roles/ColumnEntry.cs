namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>One column of <see cref="ColumnRoles"/>: what it is and how its cells are written. A person may edit it.</summary>
public sealed record ColumnEntry
{
    /// <summary>The name in the header.</summary>
    public required string Name { get; init; }

    /// <summary>What the column is.</summary>
    public required ColumnRole Role { get; init; }

    /// <summary>
    /// How cells are written: <c>$#,##0.00</c> for numbers and amounts (<see cref="NumberFormat"/>), <c>dd.MM.yyyy</c> for dates,
    /// times and timestamps (<see cref="DatePattern"/>), <c>h:mm:ss</c>, <c>iso</c> or <c>0 min</c> for durations
    /// (<see cref="DurationFormat"/>). Null: found from the cells.
    /// </summary>
    public string? Format { get; init; }

    /// <summary>Distance between neighbouring values of a lattice, on the natural scale; null where there is none.</summary>
    public double? Step { get; init; }

    /// <summary>A value of the lattice from which <see cref="Step"/> is counted.</summary>
    public double Offset { get; init; }

    /// <summary>Smallest observed value, written as the column writes it.</summary>
    public string? Min { get; init; }

    /// <summary>Largest observed value, written as the column writes it.</summary>
    public string? Max { get; init; }

    /// <summary>Which days a date column uses.</summary>
    public DateHabit Habit { get; init; }

    /// <summary>The values of a categorical column; for yes/no, the word for no and then the word for yes. Null: those of the
    /// cells.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>Whether values of a categorical column that differ in case or blanks alone are one, spelt as most cells spell
    /// it.</summary>
    public bool MergeVariants { get; init; }

    /// <summary>Words that mean "missing" in this column, beside the empty cell.</summary>
    public IReadOnlyList<string> MissingMarks { get; init; } = [];

    /// <summary>Why the column has this role, in one sentence.</summary>
    public string? Reason { get; init; }
}

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>What a column of a table is, found from its cells (<see cref="ColumnProfiler"/>) or told by a person.</summary>
public enum ColumnRole
{
    /// <summary>No cell is observed.</summary>
    Empty,

    /// <summary>All observed cells are the same.</summary>
    Constant,

    /// <summary>A number in plain spelling: 12, -0.5, 34.0, 2.843e+01.</summary>
    Number,

    /// <summary>A number in another spelling: $1,234.50, (12.00), 51.3%, 12 kg, 0,50.</summary>
    Amount,

    /// <summary>A day, a month or a year, as text or as a whole number.</summary>
    Date,

    /// <summary>A time of day.</summary>
    Time,

    /// <summary>A day with a time, with or without offset, as text or as seconds or milliseconds since 1970.</summary>
    Timestamp,

    /// <summary>A length of time: 36:15:00, PT1H, 90 min.</summary>
    Duration,

    /// <summary>Two values that mean yes and no.</summary>
    YesNo,

    /// <summary>One of several words.</summary>
    Category,

    /// <summary>Digits (or digits and letters) that name things: postal codes, diagnoses, classes written as numbers.</summary>
    Code,

    /// <summary>A value that names one row.</summary>
    Key,

    /// <summary>An e-mail address.</summary>
    Email,

    /// <summary>A telephone number.</summary>
    Phone,

    /// <summary>The name of a person.</summary>
    Name,

    /// <summary>Free text.</summary>
    Text,
}

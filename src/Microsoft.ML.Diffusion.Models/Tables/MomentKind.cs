namespace Microsoft.ML.Diffusion.Models.Tables;

/// <summary>Whether the numbers of a <see cref="TableColumn"/> are moments, and what they count.</summary>
public enum MomentKind
{
    /// <summary>No moments.</summary>
    None,

    /// <summary>Days since 1970-01-01.</summary>
    Date,

    /// <summary>Seconds since 1970-01-01T00:00.</summary>
    Timestamp,

    /// <summary>Seconds since midnight of any day.</summary>
    TimeOfDay,
}

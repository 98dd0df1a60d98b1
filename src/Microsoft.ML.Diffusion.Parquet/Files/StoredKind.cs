namespace Microsoft.ML.Diffusion.Parquet.Files;

/// <summary>What the values of a column are.</summary>
internal enum StoredKind
{
    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A whole number of 8 bits.</summary>
    Int8,

    /// <summary>A whole number of 16 bits.</summary>
    Int16,

    /// <summary>A whole number of 32 bits.</summary>
    Int32,

    /// <summary>A whole number of 64 bits.</summary>
    Int64,

    /// <summary>A whole number of 8 bits, not negative.</summary>
    UInt8,

    /// <summary>A whole number of 16 bits, not negative.</summary>
    UInt16,

    /// <summary>A whole number of 32 bits, not negative.</summary>
    UInt32,

    /// <summary>A whole number of 64 bits, not negative.</summary>
    UInt64,

    /// <summary>A number of 32 bits.</summary>
    Single,

    /// <summary>A number of 64 bits.</summary>
    Double,

    /// <summary>A number with a fixed count of decimals.</summary>
    Decimal,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A day.</summary>
    Date,

    /// <summary>A day and a time.</summary>
    Timestamp,

    /// <summary>A time of day.</summary>
    Time,

    /// <summary>A unique identifier of 128 bits.</summary>
    Guid,
}

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>What a column is to a model, as it stands in files.</summary>
internal enum ColumnForm : byte
{
    /// <summary>What its type says: numbers, or categories of keys and texts.</summary>
    Plain = 0,

    /// <summary>Numbers that are read and written by a role: dates, amounts.</summary>
    Coded = 1,

    /// <summary>Categories that are numbers: codes.</summary>
    Values = 2,

    /// <summary>Not learnt from, and missing in rows that are made.</summary>
    LeftOut = 3,

    /// <summary>Not learnt from; rows that are made have new keys.</summary>
    FreshKeys = 4,
}

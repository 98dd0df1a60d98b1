namespace Microsoft.ML.Diffusion.Tables;

/// <summary>What a model makes of a column because of its role.</summary>
internal enum RoleUse
{
    /// <summary>What the type says.</summary>
    AsTyped,

    /// <summary>Numbers that are read and written by the role.</summary>
    Coded,

    /// <summary>Categories, whatever the type.</summary>
    Categories,

    /// <summary>Nothing is learnt; rows that are made have new values.</summary>
    FreshKeys,

    /// <summary>Nothing is learnt, and nothing made.</summary>
    LeftOut,
}

namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>What a <see cref="Relation"/> says.</summary>
public enum RelationKind
{
    /// <summary>Two sides are equal, such as <c>total = price * qty</c>.</summary>
    Equality,

    /// <summary>One side is at most the other, or less, such as <c>start &lt;= end</c>.</summary>
    Order,

    /// <summary>A column is never negative, or never zero or negative.</summary>
    Sign,

    /// <summary>The value of one column decides that of another, such as <c>city -> state</c>.</summary>
    Dependency,

    /// <summary>Two columns of categories come in few combinations.</summary>
    Combination,

    /// <summary>A cell is missing wherever another column has a certain value, or is missing too; or it is given wherever the other has
    /// a certain value.</summary>
    Missing,

    /// <summary>Columns of month and day, with or without a year, are a date that there is: no 30 February.</summary>
    Calendar,
}

namespace Microsoft.ML.Diffusion.Models.Amputation;

/// <summary>Why a value is missing (Rubin 1976): completely at random (MCAR), depending on observed values only (MAR), or
/// depending on values that are themselves missing (MNAR). The recipes are those of MissDiff (Ouyang et al. 2023,
/// section 5 and appendix C).</summary>
public enum MissingnessMechanism
{
    /// <summary>Every cell is hidden independently with the given probability.</summary>
    McarIndependent,

    /// <summary>Exactly floor(d * rate) cells of every row are hidden, d the number of columns.</summary>
    McarRow,

    /// <summary>Exactly floor(n * rate) observed cells of every column are hidden, n the number of its observed cells.</summary>
    McarColumn,

    /// <summary>A random subset of the columns stays observed; a logistic model with random weights on it decides about the
    /// cells of the other columns, its bias set so that they are hidden at the given rate.</summary>
    Mar,

    /// <summary>As <see cref="Mar"/>, and then the inputs of the logistic model are themselves hidden at the given rate.</summary>
    Mnar,
}

namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>What a <see cref="GenerationMethod"/> can do.</summary>
[Flags]
public enum GenerationAbilities
{
    /// <summary>Makes complete rows, and nothing more.</summary>
    None = 0,

    /// <summary>Any column can be given a value; without this, the label only.</summary>
    FixedValues = 1,

    /// <summary>A number can be given a range.</summary>
    Ranges = 2,

    /// <summary>Cells can be missing, on request or as often as in the training rows.</summary>
    MissingCells = 4,

    /// <summary>The label is treated in a way of its own.</summary>
    Label = 8,

    /// <summary>Rows can be made on any engine, such as a GPU; without this, on the managed one.</summary>
    AnyEngine = 16,

    /// <summary>The trained generator can be saved.</summary>
    Saving = 32,

    /// <summary>A training that was ended can go on from a checkpoint.</summary>
    Resuming = 64,

    /// <summary>Several machines can train one network together: a step takes longer than the exchange of its gradients.</summary>
    SeveralMachines = 128,
}

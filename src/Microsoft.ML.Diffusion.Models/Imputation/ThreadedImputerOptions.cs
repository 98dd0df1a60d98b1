namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>What an imputer is trained with whose training can use several threads.</summary>
public abstract class ThreadedImputerOptions : ImputerOptions
{
    private protected ThreadedImputerOptions()
    {
    }

    /// <summary>How many threads train, 1 or more. Default: null, one per core. The result does not depend on it.</summary>
    public int? Threads { get; set; }

    internal int ThreadCount => Threads ?? Environment.ProcessorCount;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Threads is null or >= 1, nameof(Threads), Threads, "at least 1");
    }
}

using Microsoft.ML.Diffusion.Core.Ranks;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Configuration;

namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>What a <see cref="TableGenerator"/> is trained with: each method has a class of its own, with no option that it does not
/// use.</summary>
public abstract class GeneratorOptions
{
    private protected GeneratorOptions()
    {
    }

    /// <summary>The method that takes these options.</summary>
    public abstract GenerationMethod Registration { get; }

    /// <summary>Whether cells come out missing as often as in the training rows.</summary>
    public virtual bool MakesMissingCells => false;

    /// <summary>The column that will be learned from the generated rows, 0-based. Default: null, none. What a method makes of it, its own
    /// options say.</summary>
    public int? LabelColumn { get; set; }

    /// <summary>Seed of everything random in the training. Default: 0.</summary>
    public ulong Seed { get; set; }

    /// <summary>The time that the training may take, from the rows in memory to the model, above 0: what does not fit is left out (steps,
    /// trees, rounds, rows), so that another run or another machine makes another model. Half a second or a fifth more may pass. Default:
    /// null, as long as it takes.</summary>
    public TimeSpan? MaxTrainingTime { get; set; }

    /// <summary>Where a training that can go on from a checkpoint writes one; null for nowhere.</summary>
    internal CheckpointOptions? Checkpoint { get; set; }

    /// <summary>The ranks that a training of several machines is shared with; null for this process alone.</summary>
    internal GradientExchange? Exchange { get; set; }

    /// <summary>Refuses impossible values, as every training does before it begins.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option has an impossible value; the message is one sentence.</exception>
    public virtual void Validate() =>
        Require(!(MaxTrainingTime <= TimeSpan.Zero), nameof(MaxTrainingTime), MaxTrainingTime, "longer than nothing");

    /// <summary>The same options once more, to change one without the other.</summary>
    public GeneratorOptions Copy() => (GeneratorOptions)MemberwiseClone();

    private protected static void Require(bool condition, string name, object? value, string expected) =>
        OptionCheck.Require(condition, name, value, expected);
}

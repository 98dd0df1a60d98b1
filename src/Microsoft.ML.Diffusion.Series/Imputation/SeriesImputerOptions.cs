using Microsoft.ML.Diffusion.Models.Configuration;

namespace Microsoft.ML.Diffusion.Series.Imputation;

/// <summary>What a <see cref="SeriesImputer"/> is trained with: each method has a class of its own, with no option that it does not
/// use.</summary>
public abstract class SeriesImputerOptions
{
    private protected SeriesImputerOptions()
    {
    }

    /// <summary>The method that takes these options.</summary>
    public abstract SeriesImputationMethod Registration { get; }

    /// <summary>Seed of everything random in the training. Default: 0.</summary>
    public ulong Seed { get; set; }

    /// <summary>The time that the training may take, above 0: what does not fit is left out, so that another run or another machine makes
    /// another model. Default: null, as long as it takes.</summary>
    public TimeSpan? MaxTrainingTime { get; set; }

    /// <summary>How many threads train, 1 or more. Default: null, one per core. The result does not depend on it.</summary>
    public int? Threads { get; set; }

    /// <summary>From which steps of its series a missing cell is filled. Default: from all.</summary>
    public SeriesDirection Direction { get; set; }

    internal int ThreadCount => Threads ?? Environment.ProcessorCount;

    /// <summary>Refuses impossible values, as every training does before it begins.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option has an impossible value; the message is one sentence.</exception>
    public virtual void Validate()
    {
        Require(!(MaxTrainingTime <= TimeSpan.Zero), nameof(MaxTrainingTime), MaxTrainingTime, "longer than nothing");
        Require(Threads is null or >= 1, nameof(Threads), Threads, "at least 1");
        Require(Enum.IsDefined(Direction), nameof(Direction), Direction, "Smooth or Causal");
        bool isKnown = Direction == SeriesDirection.Smooth || Registration.KnowsCausal;
        Require(isKnown, nameof(Direction), Direction, $"Smooth: {Registration.Title} looks at the whole series");
    }

    /// <summary>The same options once more, to change one without the other.</summary>
    public SeriesImputerOptions Copy() => (SeriesImputerOptions)MemberwiseClone();

    private protected static void Require(bool condition, string name, object? value, string expected) =>
        OptionCheck.Require(condition, name, value, expected);
}

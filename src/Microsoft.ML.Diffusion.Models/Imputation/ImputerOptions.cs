using Microsoft.ML.Diffusion.Models.Configuration;

namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>What a <see cref="TableImputer"/> is trained with: each method has a class of its own, with no option that it does not
/// use.</summary>
public abstract class ImputerOptions
{
    private protected ImputerOptions()
    {
    }

    /// <summary>The method that takes these options.</summary>
    public abstract ImputationMethod Registration { get; }

    /// <summary>Whether an imputer that is trained with these options can tell how sure its best guesses are.</summary>
    public virtual bool TellsUncertainty => Registration.Can(ImputationAbilities.Uncertainty);

    /// <summary>Seed of everything random in the training. Default: 0.</summary>
    public ulong Seed { get; set; }

    /// <summary>The time that the training may take, from the rows in memory to the model, above 0: what does not fit is left out (steps,
    /// trees, rounds, rows), so that another run or another machine makes another model. Half a second or a fifth more may pass. Default:
    /// null, as long as it takes.</summary>
    public TimeSpan? MaxTrainingTime { get; set; }

    /// <summary>Whether only the rows trained on will be filled: nothing is learnt about columns in which nothing is missing, but as
    /// predictors. Such an imputer is not saved.</summary>
    internal bool OnlyMissingColumns { get; set; }

    /// <summary>Whether best guesses alone will be asked for.</summary>
    internal bool OnlyGuesses { get; set; }

    /// <summary>Refuses impossible values, as every training does before it begins.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option has an impossible value; the message is one sentence.</exception>
    public virtual void Validate() =>
        Require(!(MaxTrainingTime <= TimeSpan.Zero), nameof(MaxTrainingTime), MaxTrainingTime, "longer than nothing");

    /// <summary>The same options once more, to change one without the other.</summary>
    public ImputerOptions Copy() => (ImputerOptions)MemberwiseClone();

    /// <summary>The same options, with what is left open chosen for draws alone, which may train less.</summary>
    public virtual ImputerOptions ForDraws() => Copy();

    private protected static void Require(bool condition, string name, object? value, string expected) =>
        OptionCheck.Require(condition, name, value, expected);
}

using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Privacy;

namespace Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;

/// <summary>Options of synthesis under differential privacy by noisy marginals: tables of counts are measured with noise, a graphical model
/// is
/// fitted to them, and rows are drawn from it (McKenna, Miklau, Sheldon 2021; McKenna, Mullins, Sheldon, Miklau 2022).</summary>
/// <remarks>
/// <para>The bound, (<see cref="Epsilon"/>, <see cref="Delta"/>), is on what a row that is added to the table, or taken out of it, can
/// change. It
/// covers the whole model and all rows made with it, however many. It does not cover names and kinds of columns, <see cref="Domains"/>, nor
/// a
/// second training on the same rows: budgets of several trainings add up.</para>
/// <para>Pairs with <see cref="GeneratorOptions.LabelColumn"/> are preferred. <see cref="GeneratorOptions.Seed"/> has no effect on the
/// training: see <see cref="NoiseSeed"/>.</para>
/// </remarks>
/// <example>
/// <code>
/// var options = new PrivateMarginalsOptions { Epsilon = 1, Delta = 1e-6, Domains = ["age=17..90", "sex=Female|Male"] };
/// var estimator = ml.Transforms.DiffusionSynthesize("income", new() { Method = options });
/// </code>
/// </example>
public sealed class PrivateMarginalsOptions : GeneratorOptions, IPrivateOptions
{
    internal const string MethodName = "private-marginals";
    internal const int MostBins = 1024, MostCells = 10_000_000;

    /// <inheritdoc/>
    public override GenerationMethod Registration => PrivateMarginalsGeneration.Instance;

    /// <inheritdoc/>
    public override bool MakesMissingCells => KeepMissing;

    /// <summary>The bound on the logarithm of how much more probable a row can make any result; above 0, at most 1,000. Default:
    /// 1.</summary>
    public double Epsilon { get; set; } = 1;

    /// <summary>The probability with which that bound may fail; above 0 and below 1. Choose it well below one in the number of rows.
    /// Default: 1e-6.</summary>
    public double Delta { get; set; } = 1e-6;

    /// <summary>Both bounds.</summary>
    public PrivacyBudget PrivacyBudget => new(Epsilon, Delta);

    PrivacyBudget? IPrivateOptions.Budget => PrivacyBudget;

    /// <summary>The values that columns can have, where they are known without looking at the rows: <c>age=17..90</c> for numbers,
    /// <c>sex=Female|Male</c> for categories; one text a column. What is not named here is found from the rows under the same bound, which
    /// costs some of the budget and forgets rare categories. Default: none.</summary>
    public string[] Domains { get; set; } = [];

    /// <summary>Seed of the noise. With it the same rows give the same model, and whoever knows it can take the noise away: for tests
    /// alone. Default: null, noise from the operating system's cryptographic generator, new at every training.</summary>
    public int? NoiseSeed { get; set; }

    /// <summary>Whether cells come out missing as often, and together, as the noisy counts say; otherwise every cell is given a value.
    /// Default: true.</summary>
    public bool KeepMissing { get; set; } = true;

    /// <summary>The most bins of a number, 2 to 1,024. Default: 32.</summary>
    public int Bins { get; set; } = 32;

    /// <summary>The most cells of the graphical model, 1,000 to 10,000,000: more make marginals of more columns possible, and take
    /// time. Default: 100,000.</summary>
    public int ModelCells { get; set; } = 100_000;

    void IPrivateOptions.Promise(double? epsilon, double? delta, string[] domains) =>
        (Epsilon, Delta, Domains) = (epsilon ?? Epsilon, delta ?? Delta, [.. Domains, .. domains]);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        PrivacyBudget.Validate();
        Require(Domains?.Contains(null!) == false, nameof(Domains), Domains, "a list of texts such as age=17..90");
        Require(Bins is >= 2 and <= MostBins, nameof(Bins), Bins, "from 2 to 1,024");
        Require(ModelCells is >= 1000 and <= MostCells, nameof(ModelCells), ModelCells, "from 1,000 to 10,000,000");
    }
}

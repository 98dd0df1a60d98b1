using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Privacy;

/// <summary>What a model was promised to give away at most, and what it was spent on.</summary>
/// <param name="Budget">The bound, for tables of which one has a row more.</param>
/// <param name="Rho">The bound as zero-concentrated differential privacy (Bun, Steinke 2016), beside
/// <paramref name="ThresholdDelta"/>.</param>
/// <param name="ThresholdDelta">The part of delta that was spent on finding categories; 0 where all were declared.</param>
/// <param name="Expenses">What rho was spent on, in order; together at most <paramref name="Rho"/>.</param>
/// <param name="HasKnownNoise">Whether the noise came from a seed. Whoever knows that seed can take the noise away: then there is no
/// bound.</param>
public sealed record PrivacyStatement(
    PrivacyBudget Budget, double Rho, double ThresholdDelta, IReadOnlyList<PrivacyExpense> Expenses, bool HasKnownNoise)
{
    /// <summary>The rho that was spent.</summary>
    public double SpentRho => Expenses.Sum(expense => expense.Rho);

    /// <summary>What was done to the gradients of a network; null where none was trained.</summary>
    public GradientNoise? Gradients { get; init; }

    /// <summary>The least epsilon that is proven for all that was spent, at <see cref="Budget"/>'s delta.</summary>
    public double SpentEpsilon => Gradients?.EpsilonAt(Budget.Delta - ThresholdDelta, SpentRho)
        ?? GaussianAccountant.EpsilonOf(SpentRho, Budget.Delta - ThresholdDelta);

    internal void Save(BinaryWriter writer)
    {
        writer.Write(Budget.Epsilon);
        writer.Write(Budget.Delta);
        writer.Write(Rho);
        writer.Write(ThresholdDelta);
        writer.Write(HasKnownNoise);
        writer.Write(Expenses.Count);
        foreach (PrivacyExpense expense in Expenses)
        {
            writer.Write(expense.Purpose);
            writer.Write(expense.Rho);
        }
    }

    internal static PrivacyStatement Load(BinaryReader reader)
    {
        var budget = new PrivacyBudget(reader.ReadFinite("epsilon"), reader.ReadFinite("delta"));
        double rho = reader.ReadFinite("rho"), threshold = reader.ReadFinite("delta of thresholds");
        bool isKnown = reader.ReadBoolean();
        PrivacyExpense[] expenses = reader.ReadItems(
            1 + sizeof(double), "expenses", static reader => new PrivacyExpense(reader.ReadString(), reader.ReadFinite("an expense")));
        bool isSound = budget.Epsilon > 0 && budget.Delta is > 0 and < 1 && rho >= 0 && threshold >= 0 && threshold < budget.Delta
            && Array.TrueForAll(expenses, expense => expense.Rho >= 0);
        CheckedReading.Require(isSound, "its privacy budget is impossible");
        return new PrivacyStatement(budget, rho, threshold, expenses, isKnown);
    }
}

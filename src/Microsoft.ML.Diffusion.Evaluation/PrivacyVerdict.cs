using System.Globalization;
using Microsoft.ML.Diffusion.Evaluation.Privacy;
using Microsoft.ML.Diffusion.Evaluation.Report;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation;

/// <summary>Says in plain words whether synthetic rows give real ones away.</summary>
internal static class PrivacyVerdict
{
    public const string Question = "Do they give the real rows away?";

    // Fewer rows than these decide nothing about privacy.
    private const int FewestRows = 10;

    // The highest figures of each grade.
    private static readonly Limits s_good = new(0.015, 0.03, 0.55, 0.53, 0.01), s_fair = new(0.05, 0.1, 0.6, 0.6, 0.05);

    public static Verdict Of(PrivacyResult privacy)
    {
        if (privacy.RealRows < FewestRows || privacy.SyntheticRows < FewestRows)
        {
            return new("Privacy", VerdictGrade.Undefined, Question,
                Text($"Undefined, because {privacy.SyntheticRows} synthetic and {privacy.RealRows} held-out rows were compared, ")
                + $"and fewer than {FewestRows} of either decide nothing.");
        }

        BeyondChance counts = privacy.BeyondChance ?? new(true, true, true, true, true);
        VerdictGrade grade = s_good.Hold(privacy, counts) ? VerdictGrade.Good
            : s_fair.Hold(privacy, counts) ? VerdictGrade.Fair
            : VerdictGrade.Poor;
        string verdict = grade switch { VerdictGrade.Good => "Hardly", VerdictGrade.Fair => "A little", _ => "Yes" };
        string others = string.Join(", ", privacy.Yardsticks.Select(other =>
            Text($"of rows by {Figures.NameOf(other.Name)} {other.MembershipTruePositives:P1}")));
        string tooFew = privacy.RealRows < MembershipAttack.FewestRowsForOutlying
            ? $" (which are too few to tell: that takes {MembershipAttack.FewestRowsForOutlying} held-out rows)"
            : "";
        bool isChance = grade == VerdictGrade.Good && !s_good.Hold(privacy, new(true, true, true, true, true));
        string answer = Text($"{verdict}: an attacker who holds them finds {privacy.MembershipTruePositives:P1} of the rows that were ")
            + "learnt from when 1 % of the held-out rows are taken for such rows "
            + Text($"(1 % is guessing{(others.Length > 0 ? "; " + others : "")}), ")
            + Text($"and {privacy.OutlyingTruePositives:P1} of the most outlying tenth{tooFew}; the AUC is {privacy.MembershipAuc:F2} ")
            + "(0.5 is guessing). "
            + Text($"{privacy.ShareNearerToReal:P1} of them lie nearer to a real row than to one that was held out ")
            + Text($"(50 % where nothing was memorised), and {privacy.ExactCopies:P1} are copies of a real row ")
            + Text($"(of held-out rows {privacy.HeldOutExactCopies:P1}).")
            + (isChance ? $" With {privacy.RealRows} held-out rows that may be chance." : "");
        return new("Privacy", grade, Question, answer);
    }

    /// <summary>What can be said without held-out rows: that more of the rows are copies than fresh rows would be. Fresh rows of a table
    /// of few categories are copies too, about as often as its rows repeat each other.</summary>
    /// <returns>The verdict; null where there are no more copies than that.</returns>
    public static Verdict? OfCopies(Table real, Table synthetic)
    {
        var known = new CopiedRows(real);
        int copies = known.CountIn(synthetic);
        double share = copies / (double)synthetic.RowCount, repeated = known.Repeated / (double)real.RowCount;
        if (synthetic.RowCount < FewestRows || share - repeated < s_good.Copies
            || !Chance.IsExceededBy(copies, synthetic.RowCount, known.Repeated, real.RowCount))
        {
            return null;
        }

        bool areMany = share - repeated >= s_fair.Copies;
        return new("Privacy", areMany ? VerdictGrade.Poor : VerdictGrade.Fair, Question,
            Text($"{(areMany ? "Yes" : "A little")}: {share:P1} of them are copies of a real row, where {repeated:P1} of the real rows ")
            + "repeat another one. What else they give away was not measured: that takes test rows from which nothing was learnt.");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>What rows may give away. A figure that chance alone reaches breaks no limit.</summary>
    private sealed record Limits(double Found, double Outlying, double Auc, double Nearer, double Copies)
    {
        public bool Hold(PrivacyResult privacy, BeyondChance counts) =>
            !(counts.Found && privacy.MembershipTruePositives > Found)
            && !(counts.Outlying && privacy.OutlyingTruePositives > Outlying)
            && !(counts.Auc && privacy.MembershipAuc > Auc)
            && !(counts.Nearer && privacy.ShareNearerToReal > Nearer)
            && !(counts.Copies && privacy.ExactCopies - privacy.HeldOutExactCopies >= Copies);
    }
}

namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>What the membership attack finds by rows that are held against those that are judged.</summary>
/// <param name="Name">Whose rows they are: "smote", "cart".</param>
/// <param name="MembershipAuc">As <see cref="PrivacyResult.MembershipAuc"/>.</param>
/// <param name="MembershipTruePositives">As <see cref="PrivacyResult.MembershipTruePositives"/>.</param>
/// <param name="OutlyingTruePositives">As <see cref="PrivacyResult.OutlyingTruePositives"/>.</param>
public sealed record MembershipYardstick(string Name, double MembershipAuc, double MembershipTruePositives, double OutlyingTruePositives);

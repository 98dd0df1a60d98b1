namespace Microsoft.ML.Diffusion.Models.Privacy;

/// <summary>Options of a training that can keep within a bound of differential privacy.</summary>
internal interface IPrivateOptions
{
    /// <summary>The bound; null for none.</summary>
    PrivacyBudget? Budget { get; }

    /// <summary>The values of columns that are known without the rows: <c>age=17..90</c>, <c>sex=Female|Male</c>.</summary>
    string[] Domains { get; set; }

    /// <summary>Asks for a bound; what is null stays as it is, or has its default.</summary>
    void Promise(double? epsilon, double? delta, string[] domains);
}

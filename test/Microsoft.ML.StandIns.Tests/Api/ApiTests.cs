using System.Reflection;

namespace Microsoft.ML.StandIns.Tests.Api;

/// <summary>A program that compiles against a stand-in must compile against the real package.</summary>
public sealed class ApiTests
{
    private const string TorchSharp = "TorchSharp";

    [RealPackageFact]
    public void Every_public_member_of_a_stand_in_is_in_the_real_assembly_of_its_name()
    {
        List<Assembly> standIns = [.. new StandInPackages().LoadAll().Where(standIn => standIn.GetName().Name != TorchSharp)];
        Assert.Equal(7, standIns.Count);
        AssertCovered(standIns);
    }

    [RealTorchSharpFact]
    public void Every_public_member_of_the_stand_in_for_TorchSharp_is_in_the_real_one() =>
        AssertCovered([.. new StandInPackages().LoadAll().Where(standIn => standIn.GetName().Name == TorchSharp)]);

    private static void AssertCovered(IReadOnlyCollection<Assembly> standIns)
    {
        Assert.NotEmpty(standIns);
        var differences = new List<string>();
        foreach (Assembly standIn in standIns)
        {
            Assembly real = Assembly.Load(standIn.GetName().Name!);
            foreach (Type type in standIn.GetExportedTypes())
                differences.AddRange(Compare(type, real));
        }
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static IEnumerable<string> Compare(Type standIn, Assembly assembly)
    {
        string where = $"{assembly.GetName().Name}: {standIn}";
        if (assembly.GetType(standIn.FullName!) is not Type real)
            return [$"{where} does not exist"];
        var members = Signatures.Seen(real).ToHashSet(StringComparer.Ordinal);
        var interfaces = real.GetInterfaces().Select(type => type.ToString()).ToHashSet(StringComparer.Ordinal);
        IEnumerable<string> differences = Signatures.Declared(standIn).Where(member => !members.Contains(member)).Select(member => $"{where} has no {member}");
        differences = differences.Concat(standIn.GetInterfaces().Where(type => type.IsVisible && !interfaces.Contains(type.ToString()))
            .Select(type => $"{where} does not implement {type}"));
        return Signatures.Of(standIn) == Signatures.Of(real) ? differences : differences.Prepend($"{Signatures.Of(standIn)} is {Signatures.Of(real)}");
    }
}

using System.Reflection;

namespace Microsoft.ML;

// Tells, on an assembly, which class makes what a saved model names.
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class LoadableClassAttribute : LoadableClassAttributeBase
{
    public LoadableClassAttribute(Type instType, Type argType, Type sigType, string userName, params string[] loadNames)
        : base(null, instType, instType, argType, [sigType], userName, loadNames)
    {
    }

    public LoadableClassAttribute(string summary, Type instType, Type argType, Type sigType, string userName, params string[] loadNames)
        : base(summary, instType, instType, argType, [sigType], userName, loadNames)
    {
    }

    public LoadableClassAttribute(Type instType, Type loaderType, Type argType, Type sigType, string userName, params string[] loadNames)
        : base(null, instType, loaderType, argType, [sigType], userName, loadNames)
    {
    }

    public LoadableClassAttribute(string summary, Type instType, Type loaderType, Type argType, Type sigType, string userName, params string[] loadNames)
        : base(summary, instType, loaderType, argType, [sigType], userName, loadNames)
    {
    }
}

internal abstract class LoadableClassAttributeBase : Attribute
{
    private const BindingFlags Anything = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    protected LoadableClassAttributeBase(string summary, Type instType, Type loaderType, Type argType, Type[] sigTypes, string userName, params string[] loadNames)
    {
        Summary = summary;
        InstanceType = instType;
        LoaderType = loaderType ?? instType;
        ArgType = argType;
        SigTypes = sigTypes;
        UserName = userName;
        LoadNames = loadNames;
    }

    public string Summary { get; }
    public Type InstanceType { get; }
    public Type LoaderType { get; }
    public Type ArgType { get; }
    public Type[] SigTypes { get; }
    public string UserName { get; }
    public string[] LoadNames { get; }

    // By a constructor or a static Create of the loader type, with or without an environment in front.
    internal object CreateInstance(Runtime.IHostEnvironment env, object[] arguments)
    {
        foreach (object[] candidate in (object[][])[[env, .. arguments], arguments])
        {
            IEnumerable<MethodBase> makers = LoaderType.GetConstructors(Anything).Where(c => !c.IsStatic)
                .Concat<MethodBase>(LoaderType.GetMethods(Anything).Where(m => m.IsStatic && m.Name == "Create"));
            if (makers.FirstOrDefault(maker => Accepts(maker, candidate)) is not MethodBase maker)
                continue;
            try
            {
                return maker is ConstructorInfo constructor ? constructor.Invoke(candidate) : maker.Invoke(null, candidate);
            }
            catch (TargetInvocationException e)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException);
            }
        }
        throw new InvalidOperationException($"{LoaderType} has neither a constructor nor a method 'Create' that takes an environment and a model.");
    }

    private static bool Accepts(MethodBase maker, object[] arguments)
    {
        ParameterInfo[] parameters = maker.GetParameters();
        return !maker.ContainsGenericParameters && parameters.Length == arguments.Length
            && parameters.Zip(arguments).All(pair => pair.First.ParameterType.IsInstanceOfType(pair.Second));
    }
}
